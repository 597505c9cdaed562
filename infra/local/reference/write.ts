import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePages } from './pages.ts';

const DOCS = join(import.meta.dirname, '../../../docs');

// What is no longer in the catalogue leaves no page behind.
rmSync(join(DOCS, 'nodes'), { recursive: true, force: true });
mkdirSync(join(DOCS, 'nodes'));
const pages = referencePages();
for (const [path, text] of pages) writeFileSync(join(DOCS, path), text);
console.log(`Wrote ${pages.size} pages in docs/.`);
