import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from '../../infra/local/child-instance.ts';
import { runCampaign } from './campaign.ts';
import { startOutside } from './outside.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'stepwell-fuzz-'));
const [requests, seed] = [Number(values.requests), Number(values.seed)];
console.log(`${requests} requests from seed ${seed} …`);
const outside = await startOutside();
const instance = await startChild(join(folder, 'state'), { STEPWELL_ALLOW_HOSTS: outside.host });
try {
  const began = performance.now();
  const result = await runCampaign(instance, outside, {
    requests,
    seed,
    tell: (sent) => console.log(`  ${sent} …`),
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${result.sent} requests in ${seconds} s`);
  console.table([...result.byStatus].sort().map(([status, count]) => ({ status, count })));
  console.log(`${result.succeeded.length} operations succeeded. Never: ${result.never.join(', ') || 'none'}`);
  for (const finding of result.findings) console.log(JSON.stringify(finding, null, 1));
  const errors = instance.output().match(/^.*"level":"error".*$/gm) ?? [];
  for (const line of errors) console.log(line);
  console.log(`${result.findings.length} findings, ${errors.length} errors in the log`);
  process.exitCode = result.findings.length + errors.length === 0 ? 0 : 1;
} finally {
  await instance.stop();
  outside.close();
  rmSync(folder, { recursive: true, force: true });
}
