import type { Cloud } from '../cloud.ts';

interface Run {
  readonly name: string;
  readonly executionArn: string;
}

/** The state machines, as an operator sees them. */
export const machines = ({ aws }: Cloud) => {
  const states = (operation: string, input: object) =>
    aws.json('states', `AWSStepFunctions.${operation}`, input, '1.0');
  return {
    runs: async (type: 'STANDARD', statusFilter: string): Promise<readonly Run[]> => {
      const { stateMachines } = await states('ListStateMachines', {});
      const found = stateMachines.filter((machine: { type: string }) => machine.type === type);
      const pages = found.map(({ stateMachineArn }: { stateMachineArn: string }) =>
        states('ListExecutions', { stateMachineArn, statusFilter, maxResults: 1_000 }),
      );
      return (await Promise.all(pages)).flatMap(({ executions }) => executions);
    },
    inputOf: async ({ executionArn }: Run) =>
      JSON.parse((await states('DescribeExecution', { executionArn })).input),
    stop: (executionArn: string) => states('StopExecution', { executionArn }),
  };
};
