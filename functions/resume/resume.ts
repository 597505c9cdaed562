import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { AnswerForm } from '../../engine/interpreter/event.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { type ResumeClaims, resumeTokenVerifier } from '../../shared/auth/resume-token.ts';
import { AppError } from '../../shared/errors.ts';
import { readAnswer } from '../../shared/executions/answer-form.ts';
import { answerWait, type OpenWait, openWait } from '../../shared/executions/answer-wait.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import { readRequest } from '../hooks/request-item.ts';
import { messagePage, questionPage } from './page.ts';

const PATH = /^\/resume\/([\w-]{1,1024}\.[\w-]{1,128})$/;

/** What a callback asks whoever opens its link by hand. */
const CALLBACK_FORM: AnswerForm = {
  title: 'Continue?',
  message: 'A workflow waits for this link to be confirmed.',
  choices: ['continue'],
  fields: [],
};

/**
 * Answers a wait. Opening the link only shows what is asked, since mail scanners and previews open links, too: what
 * decides is POST (or PUT).
 */
export const makeResume = (platform: Platform) => {
  const verify = resumeTokenVerifier(platform.tokens);
  const reply = async (exchange: Exchange): Promise<APIGatewayProxyStructuredResultV2> => {
    const [, token = ''] = PATH.exec(exchange.path) ?? [];
    const claims = await verify(token);
    if (!claims) throw new AppError('resume.notFound', 'The link is not one of ours, or not whole.');
    if (exchange.method === 'OPTIONS') return { statusCode: 204, headers: { allow: ALLOWED } };
    const act = Object.hasOwn(ACTS, exchange.method) ? ACTS[exchange.method] : undefined;
    if (!act) {
      exchange.answerHeaders.allow = ALLOWED;
      throw new AppError('route.methodNotAllowed', `A link takes ${ALLOWED}.`);
    }
    return act(platform, exchange, claims, await openWait(platform, claims));
  };
  return async (exchange: Exchange): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      return await reply(exchange);
    } catch (error) {
      // A person is told on a page; programs get problem+json like everywhere.
      if (!(error instanceof AppError && wantsPage(exchange))) throw error;
      return html(error.status, messagePage(error.title, error.message));
    }
  };
};

const wantsPage = ({ headers }: Exchange): boolean => (headers.accept ?? '').includes('text/html');

const html = (statusCode: number, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
});

const formOf = ({ known }: OpenWait): AnswerForm => known?.wait.form ?? CALLBACK_FORM;

const ask = (
  exchange: Exchange,
  { choice }: ResumeClaims,
  wait: OpenWait,
  problem: AppError | null,
): APIGatewayProxyStructuredResultV2 => {
  const form = formOf(wait);
  if (wantsPage(exchange))
    return html(problem?.status ?? 200, questionPage(form, choice, problem?.message ?? null));
  if (problem) throw problem;
  const { title, message, fields, choices } = form;
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title, message, fields, choices: choice === null ? choices : [choice] }),
  };
};

const decide = async (
  platform: Platform,
  exchange: Exchange,
  claims: ResumeClaims,
  wait: OpenWait,
): Promise<APIGatewayProxyStructuredResultV2> => {
  let data: Json;
  try {
    data = answerIn(exchange, claims, wait);
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.invalid')
      return ask(exchange, claims, wait, error);
    throw error;
  }
  await answerWait(platform, wait, { data, by: null });
  return wantsPage(exchange)
    ? html(202, messagePage('Thank you', 'Your answer has been taken.'))
    : { statusCode: 202, headers: { 'content-type': 'application/json' }, body: '{"accepted":true}' };
};

/** A form is answered by a choice and fields; without one the request itself is the answer. */
const answerIn = (exchange: Exchange, { choice }: ResumeClaims, { known }: OpenWait): Json => {
  const { method, query, headers, body } = readRequest(exchange, { rest: '', params: {} }).item.json;
  const form = known?.wait.form;
  if (form) return readAnswer(form, choice, grouped(body ?? null, form));
  // An answer ahead of its question cannot be checked yet; the node looks at the choice.
  if (choice !== null) return { ...asObject(grouped(body ?? null)), choice };
  return { method: method ?? null, query: query ?? null, headers: headers ?? null, body: body ?? null };
};

const asObject = (body: Json): JsonObject =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject) : {};

/** A page sends its fields as `field.<name>`; what else it sends is not for the person to put right. */
const grouped = (body: Json, form?: AnswerForm): Json => {
  const entries = Object.entries(asObject(body));
  const flat = entries.filter(([name]) => name.startsWith('field.'));
  if (flat.length === 0) return body;
  const isAsked = ([name]: [string, Json]) => form?.fields.some((field) => field.name === name) ?? true;
  const named = flat.map(([name, value]): [string, Json] => [name.slice('field.'.length), value]);
  const fields = Object.fromEntries(named.filter(isAsked));
  return { ...asObject(body), fields };
};

type Act = (
  platform: Platform,
  exchange: Exchange,
  claims: ResumeClaims,
  wait: OpenWait,
) => Promise<APIGatewayProxyStructuredResultV2>;

const show: Act = async (_platform, exchange, claims, wait) => ask(exchange, claims, wait, null);

const ACTS: Readonly<Record<string, Act>> = { GET: show, HEAD: show, POST: decide, PUT: decide };
const ALLOWED = 'GET, POST, PUT, OPTIONS';
