/** As `metav1.Time`: Kubernetes keeps seconds here, more digits would make every comparison a difference. */
export const kubeTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** As `metav1.MicroTime`, which is refused with any other number of digits. */
export const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')
