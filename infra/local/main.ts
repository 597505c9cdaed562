import { nodeProblem } from './requirements.ts';

// Nothing else is imported before the check: an older Node would stop at the first thing it does not know.
const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  const { run } = await import('./run.ts');
  await run();
}
