import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from '../../infra/local/child-instance.ts';
import { runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'stepwell-fuzz-'));
const [requests, seed] = [Number(values.requests), Number(values.seed)];
console.log(`${requests} requests from seed ${seed} …`);
const instance = await startChild(join(folder, 'state'));
try {
  const began = performance.now();
  const result = await runCampaign(instance, { requests, seed });
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${result.sent} requests in ${seconds} s`);
  console.table([...result.byStatus].sort().map(([status, count]) => ({ status, count })));
  console.log(`${result.succeeded.length} operations succeeded. Never: ${result.never.join(', ') || 'none'}`);
  for (const finding of result.findings) console.log(JSON.stringify(finding, null, 1));
  console.log(`${result.findings.length} findings`);
  process.exitCode = result.findings.length === 0 ? 0 : 1;
} finally {
  await instance.stop();
  rmSync(folder, { recursive: true, force: true });
}
