import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mountPlan, type Made } from '../../../../src/sandbox/pods/mounts/mount-plan.ts'
import { MountTree, type HostFiles, type MountWish } from '../../../../src/sandbox/pods/mounts/mount-tree.ts'

/** Folders end in a slash, links have an arrow; all that is on the way is a folder. */
const machine = [
  '/bin -> usr/bin',
  '/dev/null',
  '/etc/hosts',
  '/etc/nginx/conf.d/',
  '/etc/nginx/mime.types',
  '/etc/resolv.conf -> ../run/resolve/stub.conf',
  '/loop -> /loop',
  '/run/resolve/stub.conf',
  '/state/pod/',
  '/tmp/other',
  '/usr/bin/sh',
  '/var/run -> /run',
  '/volumes/own/',
  '/volumes/set/a.txt',
]

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/'

function filesOf(lines: readonly string[]): HostFiles {
  const found = new Map<string, 'folder' | 'file' | { readonly link: string }>([['/', 'folder']])
  for (const line of lines) {
    const [path = '', link] = line.split(' -> ')
    const parts = path.split('/').filter((part) => part !== '')
    for (const [index] of parts.entries()) {
      const at = `/${parts.slice(0, index + 1).join('/')}`
      if (index < parts.length - 1 || path.endsWith('/')) found.set(at, 'folder')
      else found.set(at, link === undefined ? 'file' : { link })
    }
  }
  return {
    look: (path) => found.get(path),
    list: (path) =>
      [...found.keys()]
        .filter((one) => one !== '/' && parentOf(one) === path)
        .map((one) => one.slice(one.lastIndexOf('/') + 1)),
  }
}

const files = filesOf(machine)
const set = (at: string, more: Partial<MountWish> = {}): MountWish => ({
  at,
  source: '/volumes/set',
  kind: 'folder',
  ...more,
})
const own = (at: string): MountWish => set(at, { source: '/volumes/own', own: true })
const file = (at: string): MountWish => set(at, { source: '/volumes/set/a.txt', kind: 'file' })

const madeText = (one: Made): string =>
  'link' in one ? `${one.path} -> ${one.link}` : one.is === 'folder' ? `${one.path}/` : one.path

const rows: readonly {
  readonly name: string
  readonly wishes: readonly MountWish[]
  readonly made?: readonly string[]
  /** `SOURCE TARGET`, with `ro` where it is. */
  readonly binds?: readonly string[]
  readonly root?: boolean
  readonly fails?: RegExp
}[] = [
  { name: 'nothing', wishes: [], binds: [] },
  {
    name: 'a folder that is there',
    wishes: [set('/etc/nginx/conf.d')],
    binds: ['/volumes/set /etc/nginx/conf.d'],
  },
  {
    name: 'a slash at the end, and one twice',
    wishes: [set('//etc/nginx/conf.d/')],
    binds: ['/volumes/set /etc/nginx/conf.d'],
  },
  {
    name: 'read-only',
    wishes: [set('/etc/nginx/conf.d', { readOnly: true })],
    binds: ['/volumes/set /etc/nginx/conf.d ro'],
  },
  { name: 'a file that is there', wishes: [file('/etc/hosts')], binds: ['/volumes/set/a.txt /etc/hosts'] },
  {
    name: 'a file behind a link',
    wishes: [file('/etc/resolv.conf')],
    binds: ['/volumes/set/a.txt /run/resolve/stub.conf'],
  },
  {
    name: 'a folder that is not there: the one above is replaced by a shell, which goes in its place last',
    wishes: [set('/etc/nginx/ssl', { readOnly: true })],
    made: ['/S/etc/nginx/', '/S/etc/nginx/conf.d/', '/S/etc/nginx/mime.types', '/S/etc/nginx/ssl/'],
    binds: [
      '/etc/nginx/conf.d /S/etc/nginx/conf.d ?',
      '/etc/nginx/mime.types /S/etc/nginx/mime.types ?',
      '/volumes/set /S/etc/nginx/ssl ro',
      '/S/etc/nginx /etc/nginx',
    ],
  },
  {
    name: 'below a link, and several folders deep',
    wishes: [set('/var/run/secrets/mine')],
    made: ['/S/run/', '/S/run/resolve/', '/S/run/secrets/', '/S/run/secrets/', '/S/run/secrets/mine/'],
    binds: ['/run/resolve /S/run/resolve ?', '/volumes/set /S/run/secrets/mine', '/S/run /run'],
  },
  {
    name: 'at the root: all of it is mounted anew, links stay links',
    wishes: [set('/data')],
    made: [
      '/S/',
      '/S/bin -> usr/bin',
      '/S/dev/',
      '/S/etc/',
      '/S/loop -> /loop',
      '/S/run/',
      '/S/state/',
      '/S/tmp/',
      '/S/usr/',
      '/S/var/',
      '/S/volumes/',
      '/S/data/',
    ],
    binds: [
      ...['dev', 'etc', 'run', 'state', 'tmp', 'usr', 'var', 'volumes'].map(
        (name) => `/${name} /S/${name} ?`,
      ),
      '/volumes/set /S/data',
    ],
    root: true,
  },
  {
    name: 'a mount within another of the pod itself is made a place there',
    wishes: [file('/tmp/a/b.txt'), own('/tmp')],
    made: ['/volumes/own/a/', '/volumes/own/a/b.txt'],
    binds: ['/volumes/own /tmp', '/volumes/set/a.txt /tmp/a/b.txt'],
  },
  {
    name: 'a mount within another that is not of the pod itself: that one gets a shell',
    wishes: [set('/tmp'), own('/tmp/more')],
    made: ['/S/tmp/', '/S/tmp/a.txt', '/S/tmp/more/'],
    binds: ['/volumes/set/a.txt /S/tmp/a.txt ?', '/volumes/own /S/tmp/more', '/S/tmp /tmp'],
  },
  {
    name: 'two at one place: the later one',
    wishes: [file('/etc/hosts'), { ...file('/etc/hosts'), source: '/dev/null' }],
    binds: ['/dev/null /etc/hosts'],
  },
  { name: 'over the root', wishes: [set('/')], fails: /cannot be mounted at \/$/ },
  {
    name: 'over the root by other words',
    wishes: [set('/etc/..')],
    fails: /cannot be mounted at \/etc\/\.\.$/,
  },
  { name: 'behind a file', wishes: [set('/etc/hosts/more')], fails: /\/etc\/hosts is a file/ },
  { name: 'a folder over a file', wishes: [set('/etc/hosts')], fails: /\/etc\/hosts is no folder/ },
  { name: 'a file over a folder', wishes: [file('/etc/nginx')], fails: /\/etc\/nginx is no file/ },
  { name: 'round in circles', wishes: [set('/loop/x')], fails: /too many links/ },
]

const planOf = (wishes: readonly MountWish[], shells = '/S') => {
  const tree = MountTree.of(wishes, files)
  return tree.ok ? mountPlan(tree.value, shells) : tree
}

for (const { name, wishes, made = [], binds = [], root = false, fails } of rows)
  test(`mounts: ${name}`, () => {
    const plan = planOf(wishes)
    if (!plan.ok) return assert.match(plan.error, fails ?? /never/)
    assert.deepEqual(plan.value.made.map(madeText), made)
    assert.deepEqual(
      plan.value.binds.map(({ source, target, readOnly, optional }) =>
        [source, target, ...(readOnly ? ['ro'] : []), ...(optional ? ['?'] : [])].join(' '),
      ),
      binds,
    )
    assert.equal(plan.value.root, root ? '/S' : undefined)
    assert.equal(fails, undefined)
  })

test('mounts: one that covers what another is made of goes below a new root, where nothing is covered', () => {
  const kept = '/volumes/set'
  const plan = planOf([own('/volumes'), set(kept, { source: kept }), set('/etc/nginx')], '/state/pod/S')
  assert.ok(plan.ok)
  const { root, binds } = plan.value
  assert.equal(root, '/state/pod/S')
  assert.ok(binds.every(({ target }) => target.startsWith('/state/pod/S/')))
  // What holds the new root itself comes first: later it would show all of it once more.
  assert.equal(binds[0]?.source, '/state')
})

const paths: readonly (readonly [asked: string, real: string | undefined])[] = [
  ['/bin/sh', '/usr/bin/sh'],
  ['/data/a.txt', '/volumes/set/a.txt'],
  ['/data/../etc/hosts', '/etc/hosts'],
  ['/var/run/resolve/stub.conf', '/run/resolve/stub.conf'],
  ['/data/new/x', '/volumes/set/new/x'],
  ['/loop', undefined],
]
for (const [asked, real] of paths)
  test(`mounts: what a container finds at ${asked}`, () => {
    const tree = MountTree.of([set('/data')], files)
    assert.ok(tree.ok)
    assert.equal(tree.value.find(asked), real)
  })
