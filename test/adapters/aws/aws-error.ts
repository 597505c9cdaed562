/** An error as the SDK throws it; names of the system come as codes. */
export const awsError = (name: string, status = 400): Error => {
  const isSystem = /^E[A-Z]+$/.test(name);
  return Object.assign(new Error(`${name} was thrown.`), {
    name: isSystem ? 'Error' : name,
    ...(isSystem ? { code: name } : {}),
    $metadata: { httpStatusCode: status },
  });
};
