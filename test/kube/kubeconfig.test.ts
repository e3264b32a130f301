import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from '../../src/kube/client.ts'
import { services } from '../../src/kube/port.ts'
import { systemClock } from '../../src/lib/clock.ts'

const userless = (user: string, current = '"current-context":"x"') =>
  `{"clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:1"}}],"users":[{"name":"u","user":${user}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}},{"name":"z","context":{"cluster":"gone","user":"u"}}],${current}}`

interface NoWayIn {
  readonly name: string
  readonly kubeconfig: string
  readonly context?: string
  readonly says: RegExp
}

const noWaysIn: readonly NoWayIn[] = [
  {
    name: 'a program to log in with that is not installed',
    kubeconfig: userless(
      '{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"no-such-program"}}',
    ),
    says: /no credentials .* the program no-such-program, which logs in, cannot be started \(ENOENT\)/,
  },
  {
    name: 'a program that fails',
    kubeconfig: userless(
      '{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"sh","args":["-c","echo secret >&2; exit 3"]}}',
    ),
    says: /^there are no credentials for the API server: what the kubeconfig names to log in with failed; "kubectl get ns"(?!.*secret)/,
  },
  {
    name: 'a certificate that is not there',
    kubeconfig: userless('{"client-certificate":"/no/such.crt","client-key":"/no/such.key"}'),
    says: /no credentials .*\/no\/such\.crt cannot be read \(ENOENT\)/,
  },
  {
    name: 'a token file that is not there',
    kubeconfig: userless('{"tokenFile":"/no/token"}'),
    says: /no credentials .*\/no\/token cannot be read \(ENOENT\)/,
  },
  {
    name: 'a context that is not there',
    kubeconfig: userless('{}'),
    context: 'y',
    says: /^there is no context "y"; the kubeconfig has x, z$/,
  },
  {
    name: 'no current context',
    kubeconfig: userless('{}', '"preferences":{}'),
    says: /^the kubeconfig names no current context; it has x, z$/,
  },
  {
    name: 'a context of nothing',
    kubeconfig: userless('{}'),
    context: 'z',
    says: /^context "z" names no cluster$/,
  },
  { name: 'what is no kubeconfig', kubeconfig: '{{', says: /config is no kubeconfig: kubectl --kubeconfig / },
]

for (const { name, kubeconfig: text, context, says } of noWaysIn)
  test(`kubeconfig: ${name} is told as what it is, not as a silent API server`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kube-client-'))
    try {
      const kubeconfig = join(folder, 'config')
      await writeFile(kubeconfig, text)
      const choice = context === undefined ? {} : { context }
      const asked = connect({ clock: systemClock, kubeconfig, attempts: 1, ...choice }).then(
        async (client) => {
          try {
            return await client.get(services, { name: 'x' }, new AbortController().signal)
          } finally {
            await client.close()
          }
        },
      )
      await assert.rejects(asked, { code: 0, message: says })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
