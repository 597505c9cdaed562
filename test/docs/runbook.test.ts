import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ORDERS } from '../../functions/operator/operate.ts';
import { WATCHES } from '../../infra/constructs/alarms.ts';
import { TABLE } from '../../shared/store/table.ts';
import { synthesize } from '../infra/synthesized.ts';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const runbook = read('runbook.md');
const { data, application } = synthesize();

/** What stands below a heading, up to the next one. */
const sectionOf = (heading: string): string => {
  const [, section = ''] = runbook.split(`\n## ${heading}\n`);
  return section.split('\n## ')[0] ?? '';
};
const all = (pattern: RegExp): string[][] =>
  [...new Set(runbook.match(pattern) ?? [])].map((found) => found.split(/\s+/));

const resourcesOf = (template: Template): [string, string][] =>
  Object.entries(template.toJSON().Resources as Record<string, { Type: string }>).map(([id, { Type }]) => [
    Type,
    id,
  ]);
const named = (template: Template, type: string, prefix: string): string[] =>
  resourcesOf(template).flatMap(([Type, id]) => (Type === type && id.startsWith(prefix) ? [id] : []));

describe('the runbook', () => {
  it.each(Object.keys(WATCHES))('goes on where the alarm %s ends, with something to do', (name) => {
    expect(sectionOf(name)).toMatch(/`[^`\n]*(logs|operator|function_)|```sh/);
  });

  it('names resources that there are, one each', () => {
    const asked = all(/resource AWS::[A-Za-z0-9:]+ [A-Za-z]+(?: Stepwell-\$STAGE-Data)?/g);

    expect(asked.length).toBeGreaterThan(5);
    for (const [, type = '', prefix = '', stack] of asked)
      expect(named(stack ? data : application, type, prefix), `${type} ${prefix}`).toHaveLength(1);
  });

  it('names functions that there are, one each', () => {
    const asked = all(/(?:\blogs|function_) [A-Z][A-Za-z]+/g);

    expect(asked.length).toBeGreaterThan(5);
    for (const [, name = ''] of asked)
      expect(named(application, 'AWS::Lambda::Function', name), name).toHaveLength(1);
  });

  it('asks for outputs that there are', () => {
    const outputs = Object.keys(application.toJSON().Outputs);

    for (const [, name = ''] of all(/\bout [A-Z][A-Za-z]+/g)) expect(outputs).toContain(name);
  });

  it('lists the orders that an operator can give, all of them', () => {
    const listed = [...runbook.matchAll(/^\| `\{"do":"(\w+)"/gm)].map(([, order]) => order);

    expect(listed.toSorted()).toEqual(Object.keys(ORDERS).toSorted());
    for (const [, order = ''] of runbook.matchAll(/operator '\{"do":"(\w+)"/g))
      expect(listed).toContain(order);
  });

  it('switches on the expiry of rows by the column that holds it', () => {
    expect(runbook).toContain(`AttributeName=${TABLE.timeToLive}`);
  });

  it('asks for nothing of a list page by page, as text, which the CLI would answer once for each page', () => {
    expect(runbook.split('\n').filter((line) => /\| \[0\]".*--output text/.test(line))).toEqual([]);
  });

  it('leads to headings that there are', () => {
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [runbook, read('not-verified-on-aws.md')].flatMap((text) =>
      [...text.matchAll(/\]\((?:runbook\.md)?#([a-z-]+)\)/g)].map(([, anchor]) => anchor),
    );

    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });
});
