import type { HeaderFields } from '../header-fields.js';
import { readAuthenticationResults } from './authentication-results.js';
import { dmarcVerdict } from './dmarc-verdict.js';
import { domainOf } from './domain-of.js';
import type { Evidence } from './evidence.js';

const authservId = 'mx.google.com';

/** What Google says about who sent a mail: dmarc=pass in the topmost `Authentication-Results` field, which is its own. */
export function googleEvidence(fields: HeaderFields, sender: string): Evidence {
  const [topmost] = fields.values('authentication-results');
  const results = topmost === undefined ? undefined : readAuthenticationResults(topmost);
  if (results?.authservId !== authservId)
    return {
      verdict: 'fail',
      text: `no Authentication-Results of ${authservId} (google)`,
      advice:
        'Where the mailbox is not at Google, set acknowledgement.authentication to what it is at (docs/trust.md).',
    };
  const dmarc = dmarcVerdict(results.results, domainOf(sender));
  return { verdict: dmarc === 'pass' ? 'pass' : 'fail', text: `dmarc=${dmarc ?? 'missing'} (google)` };
}
