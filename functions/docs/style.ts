/** The page's style, inside the page: it loads nothing. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --key: #0a7d5a; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 15rem minmax(0, 54rem); gap: 2.5rem; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; box-sizing: border-box; border-right: 1px solid var(--line); font-size: .9rem; }
nav ul { list-style: none; padding: 0 0 0 .75rem; margin: .25rem 0 1rem; }
main { padding: 1.5rem 1.5rem 6rem; min-width: 0; }
h1 { margin-top: 0; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } h3 { margin: 2.25rem 0 .25rem; }
a { color: inherit; } nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
code, pre { font: .86em/1.5 ui-monospace, monospace; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
.method { color: var(--key); font-weight: 700; } .quiet { opacity: .75; font-size: .92rem; } summary { cursor: pointer; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } }
`;
