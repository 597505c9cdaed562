/** Where a webhook listens. Parameters stay as they are written: `…/orders/:id`. */
export const hookUrl = (origin: string, hookId: string, path: string): string => {
  const segments = path.split('/').filter((segment) => segment !== '');
  const written = segments.map((each) => (each.startsWith(':') ? each : encodeURIComponent(each)));
  return [`${origin}/hooks/${hookId}`, ...written].join('/');
};
