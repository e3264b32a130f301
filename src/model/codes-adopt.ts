import type { CodeTable } from './problem-codes.ts'

const stays = 'Nothing of the Service is taken over; what the other controller built serves on.'

export const adoptCodes: CodeTable = {
  LB_ADOPT_SEVERAL: {
    title: "Several load balancers are one Service's by their tags",
    happened:
      'Nobody but you can tell which of them clients use: two controllers built one each, or one of them was changing it from one scheme to another when it was stopped.',
    meanwhile: stays,
    mend: 'Remove the one that does not serve. If they are of two controllers, name one with `--from`.',
  },
  LB_ADOPT_FOREIGN: {
    title: 'What serves the Service is not told to be its own in this cluster',
    happened:
      'A load balancer has the name or the address of the Service, and its tags do not name this Service and this cluster; or it bears our marks for another Service or another cluster. Such an object is never taken.',
    meanwhile: stays,
    mend: 'Give `clusterName` as the other controller had it: `aws elbv2 describe-tags` shows it. If the tags were lost, write them again as that controller does.',
  },
  LB_ADOPT_ADDRESS: {
    title: 'The address would not stay',
    happened:
      'What was built differs from what the Service asks for in something that no load balancer can change: its kind, its scheme, whether it has security groups. Or the status names another address than that of the load balancer that was found.',
    meanwhile: stays,
    mend: 'Annotate the Service with what it has, as the hint says; take it over; change it after that, which is a move.',
  },
  LB_ADOPT_ELSEWHERE: {
    title: 'What was built is in another network than the nodes',
    happened:
      'A target group or a security group of the Service is in another VPC than the nodes of the cluster.',
    meanwhile: stays,
    mend: 'Check the region, `aws.vpcId` and the credentials.',
  },
  LB_ADOPT_CLASS: {
    title: "The Service would be another controller's again",
    happened:
      'Its `spec.loadBalancerClass`, which cannot be changed, is not the one that this controller serves. Once it is ours, all of it would be removed as of a Service that left.',
    meanwhile: stays,
    mend: 'Set `loadBalancerClass` to that class, here and for the controller.',
  },
  LB_ADOPT_SHARED: {
    title: 'A security group is needed by others too',
    happened:
      'The AWS Load Balancer Controller has one group for everything that it makes, Ingresses too. While something of it stays with that controller, so does the group.',
    meanwhile:
      'The Service is taken over. Its load balancer leaves that group for one of ours, which the nodes let in first.',
    mend: 'To go on using the group, set `aws.backendSecurityGroup` to its id, before.',
  },
}
