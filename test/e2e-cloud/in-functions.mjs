/**
 * Loaded into the functions of the emulator before their code, and into nothing else. It does what AWS does and the emulator
 * leaves undone: a schedule's input says when it was to fire.
 */
const PLACEHOLDER = '<aws.scheduler.scheduled-time>';
const parse = JSON.parse;
JSON.parse = (text, reviver) => {
  if (typeof text === 'string' && text.includes(PLACEHOLDER)) {
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
    return parse(text.replaceAll(PLACEHOLDER, minute), reviver);
  }
  return parse(text, reviver);
};
