import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chanceOf } from '../fuzz/chance.ts';
import { runCampaign } from './campaign.ts';
import { startOutside } from './outside.ts';

const { values } = parseArgs({
  options: {
    blows: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [blows, seed] = [Number(values.blows), Number(values.seed)];
const folder = mkdtempSync(join(tmpdir(), 'stepwell-chaos-'));
console.log(`${blows} blows from seed ${seed} …`);
const chance = chanceOf(seed);
const outside = await startOutside(chance);
try {
  const tell = (blow: string) => console.log(`  ${blow} …`);
  const findings = await runCampaign(outside, { folder: join(folder, 'state'), chance, blows, tell });
  for (const finding of findings) console.log(finding);
  console.log(`${findings.length} findings in ${outside.calls.length} calls`);
  process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
  outside.close();
  rmSync(folder, { recursive: true, force: true });
}
