import type { HeaderFields } from '../header-fields.js';
import type { AuthenticationPolicy } from './authentication-policy.js';
import { readAuthenticationResults } from './authentication-results.js';
import { dmarcVerdict } from './dmarc-verdict.js';
import { domainOf } from './domain-of.js';
import type { Evidence } from './evidence.js';
import { isAligned } from './is-aligned.js';

/**
 * What Exchange Online says about who sent a mail, in the topmost `Authentication-Results` field, which is its own.
 *
 * dmarc=pass shows it. So does compauth=pass for a reason that stands for a check that passed (1xx, 7xx), but not for
 * a sender of our own domain that did not log in, whom it only believes. Where the mailbox is at Microsoft itself, so
 * does a sender that logged in there (`AuthAs: Internal`), since Exchange takes that field away from mail of others.
 */
export function microsoft365Evidence(
  fields: HeaderFields,
  sender: string,
  policy: Extract<AuthenticationPolicy, { kind: 'microsoft365' }>,
): Evidence {
  const evidence = (verdict: 'pass' | 'fail', text: string): Evidence => ({
    verdict,
    text: `${text} (microsoft365)`,
  });
  const authAs = fields.values('x-ms-exchange-organization-authas').map((value) => value.toLowerCase());
  const isInternal = policy.isMicrosoftHost && authAs.length === 1 && authAs[0] === 'internal';
  const [topmost] = fields.values('authentication-results');
  const results = topmost === undefined ? undefined : readAuthenticationResults(topmost);
  if (topmost === undefined && isInternal) return evidence('pass', 'AuthAs: Internal');
  if (!results || results.authservId !== undefined)
    return {
      ...evidence('fail', 'no Authentication-Results of Exchange Online'),
      advice:
        'Where the mailbox is not in Exchange Online, set acknowledgement.authentication to what it is in ' +
        '(docs/trust.md).',
    };

  const domain = domainOf(sender);
  const dmarc = dmarcVerdict(results.results, domain);
  const [compauth, ...more] = results.results.filter(({ method }) => method === 'compauth');
  const reason = compauth?.property('reason') ?? '';
  const said = [
    `dmarc=${dmarc ?? 'missing'}`,
    `compauth=${compauth?.result ?? 'missing'}${reason === '' ? '' : ` reason=${reason}`}`,
  ].join(', ');
  if (more.length > 0 || compauth?.result === 'fail' || dmarc === 'contradiction')
    return evidence('fail', said);
  if (dmarc === 'pass') return evidence('pass', 'dmarc=pass');
  if (isInternal && dmarc !== 'fail' && dmarc !== 'mismatch') return evidence('pass', 'AuthAs: Internal');
  const isPassed = compauth?.result === 'pass' && /^[17]\d\d$/.test(reason) && dmarc !== 'mismatch';
  // Their own users log in; what only comes from their domain is what a forger sends.
  if (isPassed && authAs.includes('anonymous') && isAligned(domain, policy.domain, 'strict'))
    return evidence('fail', `${said}, AuthAs: Anonymous from our own domain`);
  return isPassed ? evidence('pass', `compauth=pass reason=${reason}`) : evidence('fail', said);
}
