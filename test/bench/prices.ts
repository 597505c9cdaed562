/**
 * List prices in US dollars, us-east-1, without any free tier, as of 2026-11-25. Step Functions, Lambda, API Gateway, DynamoDB,
 * S3, KMS and CloudWatch Logs each publish theirs at https://aws.amazon.com/<service>/pricing/; compare before quoting.
 */
export const PRICES = {
  /** HTTP API, a request of up to 512 KB. https://aws.amazon.com/api-gateway/pricing/ */
  httpApiRequest: 1.0e-6,
  /** arm64. https://aws.amazon.com/lambda/pricing/ */
  lambdaRequest: 0.2e-6,
  lambdaGibibyteSecond: 0.0000133334,
  /** Express: a start, and memory in steps of 64 MB for time in steps of 100 ms. https://aws.amazon.com/step-functions/pricing/ */
  expressStart: 1.0e-6,
  expressGibibyteSecond: 0.00001667,
  standardTransition: 25e-6,
  /** On demand. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  tableGigabyteMonth: 0.25,
  /** https://aws.amazon.com/s3/pricing/ */
  payloadPut: 5e-6,
  payloadGet: 0.4e-6,
  payloadGigabyteMonth: 0.023,
  /** https://aws.amazon.com/kms/pricing/ */
  keyRequest: 3e-6,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  logGigabyte: 0.5,
} as const;
