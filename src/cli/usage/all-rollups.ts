import type { AdminClient } from '../../admin-client/admin-client.ts';
import type { RequestOf, ResponseOf } from '../../contract/endpoints.ts';

/** Every row that matches, fetched page by page, as one answer. The total is that of the last page, the newest. */
export async function fetchAllRollups(
  client: AdminClient,
  query: RequestOf<'rollups'>['query'],
): Promise<ResponseOf<'rollups'>> {
  const rows: ResponseOf<'rollups'>['rollups'] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await client.call('rollups', { query: { ...query, cursor } });
    rows.push(...page.rollups);
    if (page.next === null) return { ...page, rollups: rows };
    cursor = page.next;
  }
}
