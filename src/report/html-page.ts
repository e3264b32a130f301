import { cspHash } from '../lib/csp.ts'
import { escaped } from './escape.ts'

/** Follows the system's choice of dark or light; prints in black on white. */
const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--dim:#59636e;--line:#d1d9e0;--card:#f6f8fa;--link:#0550ae;
--create:#116329;--update:#7d4e00;--delete:#a40e26;--error:#a40e26;--warning:#7d4e00;--note:#0550ae;--field:#fff}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#3d444d;--card:#151b23;
--link:#79c0ff;--create:#56d364;--update:#e3b341;--delete:#ff7b72;--error:#ff7b72;--warning:#e3b341;--note:#79c0ff;
--field:#0d1117}}
@media print{:root{--bg:#fff;--fg:#000;--card:#fff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1rem 1.25rem 4rem;background:var(--bg);color:var(--fg);
font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:0 0 .5rem;overflow-wrap:anywhere}h4{font-size:1rem;margin:1rem 0 .25rem}
a{color:var(--link)}code,td,th[scope=row],.path{font-family:ui-monospace,monospace;font-size:.85rem;overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.filter{position:sticky;top:0;background:var(--bg);padding:.5rem 0;z-index:1}
input{font:inherit;width:min(28rem,60vw);padding:.3rem .6rem;border:1px solid var(--dim);border-radius:6px;
background:var(--field);color:var(--fg)}
article{border:1px solid var(--line);border-radius:8px;padding:1rem;margin:1rem 0;background:var(--card)}
figure{margin:0 0 .75rem;overflow-x:auto;background:var(--field);border:1px solid var(--line);border-radius:6px;padding:.5rem}
figcaption{font-size:.85rem;color:var(--dim)}figcaption ul{margin:.25rem 0}
details{margin:.25rem 0}summary{cursor:pointer}.why,.dim,.more{color:var(--dim);fill:var(--dim)}.why{margin:.1rem 0 .3rem 1.1rem}
table{border-collapse:collapse;margin:.25rem 0 .5rem 1.1rem}
.wide{overflow-x:auto}.wide table{margin-left:0;width:100%;min-width:40rem;table-layout:fixed}.wide td{font:inherit;font-size:.9rem}.wide td,.wide th{border:1px solid var(--line);padding:.35rem .6rem}
th,td{text-align:left;vertical-align:top;padding:.1rem 1.2rem .1rem 0;font-weight:normal}thead th{font-weight:600}
.create>summary b,.done{color:var(--create)}.update>summary b,.repair>summary b,.ignored{color:var(--update)}
.delete>summary b,.refused{color:var(--delete)}.emulated{color:var(--note)}
.problem{border-left:3px solid var(--note);margin:.35rem 0 .35rem 1.1rem;padding:.1rem .7rem;font-family:system-ui,sans-serif;
font-size:.9rem}.problem.error{border-color:var(--error)}.problem.warning{border-color:var(--warning)}
.problem b{color:var(--note)}.problem.error b{color:var(--error)}.problem.warning b{color:var(--warning)}.problem p{margin:0}
.parts{margin:.2rem 0 .5rem;padding-left:2.2rem}
article>h2{margin-top:0}svg{display:block;max-width:100%;min-width:40rem;height:auto;font:13px ui-monospace,monospace}svg text{fill:var(--fg)}svg .more{fill:var(--dim)}
.box rect{fill:var(--card);stroke:var(--dim);stroke-width:1.5}.box.create rect{stroke:var(--create)}
.box.update rect,.box.repair rect{stroke:var(--update)}.box.delete rect{stroke:var(--delete)}
.box.there rect{stroke-dasharray:5 3}.box.shared rect{stroke-width:3}.box.actor rect{fill:var(--bg)}
.line{fill:none;stroke:var(--dim);stroke-width:1.5}.line.aside{stroke-dasharray:3 4}
[hidden]{display:none!important}
`

/** Hides what does not hold the words. Without it the page is whole, and the box is not shown. */
const script = `
const box = document.getElementById('filter'), count = document.getElementById('count');
const items = [...document.querySelectorAll('[data-item]')].map((item) => ({ item, text: item.textContent.toLowerCase() }));
document.getElementById('search').hidden = false;
box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { item, text } of items) {
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) shown += 1;
  }
  count.textContent = words.length === 0 ? '' : shown + ' of ' + items.length + ' shown';
});
`

const policy = `default-src 'none'; style-src ${cspHash(style)}; script-src ${cspHash(script)}; base-uri 'none'; form-action 'none'`

/** One page that loads nothing. `body` is markup: whoever makes it has escaped what people wrote. */
export const pageOf = (title: string, lead: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="lb-controller">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>${escaped(title)}</h1>
${lead}
</header>
<div class="filter" id="search" role="search" hidden>
<label for="filter">Filter</label>
<input id="filter" type="search" autocomplete="off" placeholder="a Service, a kind, a code, a value">
<span id="count" role="status"></span>
</div>
<main id="main">
${body}
</main>
<script>${script}</script>
</body>
</html>
`
