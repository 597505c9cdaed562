import { buildOpenApi } from '../../shared/contracts/openapi.ts';
import { BASE_PATH } from '../../shared/contracts/paths.ts';

const { paths } = buildOpenApi('', '');
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^(?:${BASE_PATH})?${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    isPlain: !path.includes('{'),
    responses,
  })),
);

/** Throws for a status, or a code of an error, that the document says nothing of; any test may come upon one. */
export const mustBeDeclared = (
  method: string,
  path: string,
  { status, body }: { readonly status: number; readonly body: { readonly code?: string } | undefined },
): void => {
  const found = operations.filter((each) => each.method === method && each.pattern.test(path));
  const operation = found.find(({ isPlain }) => isPlain) ?? found[0];
  // A test may serve a part of the API only.
  if (!operation || body?.code === 'route.notFound') return;
  const declared = operation.responses[String(status)] ?? operation.responses.default;
  const isKnown = status < 400 || declared?.description.includes(`\`${body?.code}\``);
  if (!declared || !isKnown)
    throw new Error(
      `${method} ${path} answers ${status} ${body?.code ?? ''}, which the document does not say.`,
    );
};
