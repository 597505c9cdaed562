import { AppError, type Problem } from '../errors.ts';
import type { Exchange } from './exchange.ts';

const MAX_QUERY_CHARACTERS = 8_192;

/** The query as an object of texts. Each name may come once: two values for one thing is a mistake or a trick. */
export const parseQuery = ({ event }: Exchange): Record<string, string> => {
  const raw = event.rawQueryString ?? '';
  if (raw.length > MAX_QUERY_CHARACTERS) {
    throw invalid('', `is longer than ${MAX_QUERY_CHARACTERS} characters`);
  }
  const query = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (query.has(name)) throw invalid(`/${name}`, 'is given twice');
    query.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return Object.fromEntries(query);
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid('', 'is not well percent-encoded');
  }
};

const invalid = (pointer: string, message: string): AppError => {
  const problem: Problem = { in: 'query', pointer, message };
  return new AppError('request.invalid', `The query ${message}.`, { errors: [problem] });
};
