/** Names in the one table of records, shared by who makes it (the CDK app, tests) and who uses it. Changing one is a migration. */
export const tableSchema = {
  partitionKey: 'pk',
  rangeKey: 'sk',
  /** Both carry whole items. */
  indexes: [
    { name: 'index-1', partitionKey: 'i1pk', rangeKey: 'i1sk' },
    { name: 'index-2', partitionKey: 'i2pk', rangeKey: 'i2sk' },
  ],
  /** Seconds since the epoch after which DynamoDB deletes the item, within days. */
  expiry: 'expiresAt',
} as const;
