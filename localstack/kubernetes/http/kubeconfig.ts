/** A kubeconfig for a server without TLS, said in a way that the JavaScript client accepts too. */
export const kubeconfigOf = (url: string, token?: string) => `apiVersion: v1
kind: Config
clusters:
  - name: localstack
    cluster:
      server: ${url}
      insecure-skip-tls-verify: true
users:
  - name: localstack
    user: ${token === undefined ? '{}' : `\n      token: ${JSON.stringify(token)}`}
contexts:
  - name: localstack
    context:
      cluster: localstack
      user: localstack
      namespace: default
current-context: localstack
`
