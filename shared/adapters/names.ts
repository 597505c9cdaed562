/**
 * What the stacks and the functions must call by the same name. The stacks set these variables on their functions,
 * each function only those it uses; the composition root of the functions reads them. None holds a secret.
 */
export const ENV = {
  /** Name of the table. */
  table: 'STEPWELL_TABLE',
  /** Name of the bucket for what does not fit into an item. */
  payloadBucket: 'STEPWELL_PAYLOAD_BUCKET',
  /** ARN of the key that wraps the data keys of credentials. */
  credentialsKey: 'STEPWELL_CREDENTIALS_KEY',
  /** ARN of the key that signs session tokens. */
  signingKey: 'STEPWELL_SIGNING_KEY',
  /**
   * ARN of the Express state machine. The interpreter has no such variable, as its stack would turn in a circle: the
   * machines hand it over in the payload, as `machines.express`.
   */
  expressMachine: 'STEPWELL_EXPRESS_MACHINE',
  /** Name of the function that runs people's code. */
  sandboxFunction: 'STEPWELL_SANDBOX_FUNCTION',
  /** Name of the function that finishes suggestions. */
  suggesterFunction: 'STEPWELL_SUGGESTER_FUNCTION',
  /** ARN of the role that AWS nodes take on. */
  awsNodeRole: 'STEPWELL_AWS_NODE_ROLE',
  /** Name of the group that holds the schedules of workflows. */
  scheduleGroup: 'STEPWELL_SCHEDULE_GROUP',
  /** ARN of the role with which a schedule calls its target. */
  scheduleRole: 'STEPWELL_SCHEDULE_ROLE',
  /** ARN of the function that takes what a schedule fires. */
  scheduleTarget: 'STEPWELL_SCHEDULE_TARGET',
  /** ARN of the queue for firings that could not be delivered. */
  scheduleDeadLetters: 'STEPWELL_SCHEDULE_DEAD_LETTERS',
  /** Name of the event bus. */
  eventBus: 'STEPWELL_EVENT_BUS',
  /** Origins of the two HTTP APIs, without a slash at the end. */
  apiUrl: 'STEPWELL_API_URL',
  hooksUrl: 'STEPWELL_HOOKS_URL',
  /** Days a finished execution is kept. */
  retentionDays: 'STEPWELL_RETENTION_DAYS',
} as const;

/** What the ASL files leave open, as `${Name}`; the stacks fill it in. */
export const MACHINE_SUBSTITUTIONS = {
  /** ARN of the interpreter function. */
  interpreter: 'Interpreter',
  /** ARN of the Standard machine; only in the Express one. */
  standardMachine: 'StandardMachine',
} as const;

/** Events that `POST /events` puts have this source; the catch-all rule of the bus passes everything on. */
export const EVENT_SOURCE = 'stepwell';
