type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a service is somewhere else than on AWS, by the variables that the SDK itself reads. Such places have one host
 * name: no bucket and no prefix stands before it.
 */
export const isElsewhere = (service: 'S3' | 'SFN', env: Environment): boolean =>
  env.AWS_ENDPOINT_URL !== undefined || env[`AWS_ENDPOINT_URL_${service}`] !== undefined;
