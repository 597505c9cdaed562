/** What to do about an error, by the beginning of its code; the longest that fits is taken. */
const ADVICE: Readonly<Record<string, string>> = {
  'ai.budget': 'Raise the budget of the node, the execution or the workflow, or ask for a shorter answer.',
  'ai.failed': 'The provider had trouble: add a retry policy, or a fallback model.',
  'ai.noModel': 'Choose an AI model that is there and active; GET /ai-models lists them.',
  'ai.noPrice': 'Give the AI model its prices, or take the budget away.',
  'ai.refused': 'Read what the model said, and ask in another way, or another model.',
  'ai.denied':
    'Check the credential of the AI model, and on AWS whether access to the model has been granted.',
  'ai.iterations':
    'Give the agent a narrower task or better descriptions of its tools, or raise maxIterations.',
  'ai.misfit': 'Make the schema simpler, describe its fields, or use a stronger model.',
  'ai.throttled': 'Add a retry policy or a fallback model, or ask the provider for a higher quota.',
  'ai.truncated': 'Raise maxTokens, or ask for less.',
  'approval.timeout': 'Choose what happens when nobody decides: onTimeout may decide, or leave by a port.',
  'aws.accessDenied':
    'Allow the action in the role or keys of the credential; the message names what was refused.',
  'aws.noIdentity': 'Name an AWS credential at the node.',
  'aws.': 'Read what AWS said in the message, and compare names, region and account with what is there.',
  'code.':
    'See the line in the message and the console of the node run; a test run shows it without publishing.',
  'condition.':
    'Compare values of the same type: convert them first with a Set fields node or $number() and $string().',
  'credential.': 'Open the credential, test it, and choose it at the node again.',
  'data.tooMany': 'Ask for less at once, or raise the limit of the node.',
  'data.type':
    'Look at the input of the node: a value is not of the type it should have. Convert it or filter such items out before.',
  'email.': 'Look at the addresses in the input of the node, and test the credential of the mail server.',
  'execution.timeout':
    'Raise settings.timeoutSeconds, or wait for slow services with a wait node and a callback.',
  'execution.tooManyRuns': 'A loop does not end: look at its condition, or raise settings.maxNodeRuns.',
  'execution.poisoned':
    'The execution takes too much memory or time at one node: pass fewer items at once, in a loop or a map.',
  'expression.':
    'Try the expression with the input shown in the log; a field may be missing or of another type.',
  'file.': 'Look which files the item has, and what the node before calls them.',
  'http.blockedAddress':
    'Calls go to public addresses only. On one machine, name the host in STEPWELL_ALLOW_HOSTS.',
  'http.hostNotAllowed': 'Add the host to those the credential may be sent to, if it is right.',
  'http.network': 'The server could not be reached: check the address, and add a retry policy.',
  'http.badResponse': 'The answer is not in the form the node expects: take it as text or as a file.',
  'http.refused': 'Only addresses that are allowed are called; the message says what was in the way.',
  'http.status':
    'Read the answer of the server in the details: 401 and 403 are about the credential, 400 and 422 about the body, 404 about the address, 429 and 5xx pass with a retry policy.',
  'http.timeout': 'Raise the timeout, or ask for less at once; a retry policy helps where it is rare.',
  'http.tooLarge': 'Raise maxResponseBytes, or take the answer as a file.',
  'graphql.': 'Read the errors in the answer of the server; the query can be tried there by hand.',
  'loop.tooManyIterations':
    'The loop does not come to its end: look at its condition, or raise maxIterations.',
  'merge.': 'Check the fields the inputs are joined by.',
  'node.invalidParameters':
    'A parameter does not fit once its expression is evaluated: compare the message with the input of the node.',
  'node.badResult': 'The node gave too much or something that is no JSON: give less, or less at once.',
  'node.timeout': 'Raise timeoutSeconds of the node.',
  'node.interrupted':
    'The node asks not to be repeated after an interruption: see whether it had acted, then retry from it.',
  'sql.': 'Read what the database said; statement and values can be tried there by hand.',
  'table.': 'Look at the entry under this key, and at the condition the node has.',
  'wait.':
    'Nobody answered in time, or the wait is too long: look at its limit, and at where its address was sent.',
  'workflow.': 'Choose a workflow that is there, and publish it.',
  'text.': 'Look at the text in the input of the node: it is not written as expected.',
};

const GENERAL =
  'Look at the input of the failed node in the log, try it in a test run with that input pinned, and retry the execution from there.';

export const adviceFor = (code: string | null): string => {
  const fitting = Object.keys(ADVICE).filter((start) => code?.startsWith(start));
  const [longest] = fitting.toSorted((one, other) => other.length - one.length);
  return (longest !== undefined && ADVICE[longest]) || GENERAL;
};
