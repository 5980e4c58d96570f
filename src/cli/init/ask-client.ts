import { providers } from '../../core/providers.js';
import type { GivenAnswers } from './answers.js';
import type { Asker } from './asker.js';
import { complaints } from './complaints.js';
import { portalSteps, type RegisterParts } from './portal-steps.js';

type Provider = Exclude<GivenAnswers['provider'], 'relay'>;

/** Leads through the registration of the application at a provider, and asks for what it shows. */
export async function askClient(
  provider: Provider,
  parts: RegisterParts,
  asker: Asker,
): Promise<Partial<GivenAnswers>> {
  const steps = portalSteps(provider);
  asker.say(steps.register(parts));
  const tenant =
    steps.tenant === undefined ? {} : { tenant: await ask('Tenant', steps.tenant, complaints.tenant) };
  const endpoints = provider === 'generic' ? await askEndpoints(asker) : {};
  const clientId = await ask('Client ID', steps.clientId, complaints.oneLine);
  asker.say(steps.clientSecret);
  const isPublic = provider === 'generic';
  const clientSecret = await asker.secret(
    'Client secret',
    isPublic ? complaints.optional : complaints.oneLine,
  );
  const ends = providers[provider].clientSecretMonths;
  const clientSecretExpires =
    ends === undefined
      ? ''
      : await ask(
          'Its last day, as YYYY-MM-DD (empty: not known)',
          `It ends on the day under Expires, at most ${ends} months ahead. Ackmail warns 60, 30, 14, 7 and 1 days before.`,
          complaints.date,
        );
  return {
    ...tenant,
    ...endpoints,
    clientId,
    ...(clientSecret === '' ? {} : { clientSecret }),
    ...(clientSecretExpires === '' ? {} : { clientSecretExpires }),
  };

  async function ask(question: string, step: string, complain: (typed: string) => string | undefined) {
    asker.say(step);
    return asker.text(question, complain);
  }
}

async function askEndpoints(asker: Asker): Promise<Partial<GivenAnswers>> {
  const way = await asker.choose('How are the endpoints of the authorization server found?', [
    { value: 'discovery', label: 'By discovery', hint: 'OpenID Connect: only the issuer is needed' },
    { value: 'typed', label: 'By typing their addresses' },
  ]);
  const found =
    way === 'discovery'
      ? {
          issuer: await asker.text(
            'Issuer, such as https://login.example.com/realms/mail',
            complaints.endpoint,
          ),
        }
      : {
          authorizationUrl: await asker.text('Authorization endpoint', complaints.endpoint),
          tokenUrl: await asker.text('Token endpoint', complaints.endpoint),
        };
  const scope = await asker.text(
    'Scopes, where more is needed than openid profile email offline_access (else empty)',
    complaints.optional,
  );
  return { ...found, ...(scope === '' ? {} : { scope }) };
}
