// Plain JavaScript, like what it imports first: a Node that cannot read TypeScript can still say that it is too old.
import { nodeProblem } from './node-version.js';
import { becomeSmall } from './small-process.js';

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  becomeSmall();
  // As on AWS: whatever else reads a time does so alike wherever the machine stands. Before a worker begins.
  process.env.TZ = 'UTC';
  const { importCompiled } = await import('./compile-cache.js');
  const { run } = await importCompiled(() => import('./run.ts'));
  await run();
}
