/** What we do until a problem is mended: the three answers that most codes share. */
export const keepsServing =
  'Nothing changes for clients. The load balancer goes on as it was last accepted, its nodes and endpoints are kept up to date, and a condition on the Service says what is wrong. A Service that never had a load balancer gets none until then.'
export const goesOn =
  'The load balancer is made and kept without it; everything else in the Service is carried out.'
export const isFine = 'Nothing is wrong: the load balancer is made as the Service asks.'
