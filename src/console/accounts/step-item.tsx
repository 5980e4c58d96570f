import type { TestStep } from '../../core/server-test.js';

const steps: Readonly<Record<TestStep['step'], string>> = {
  name: 'Name',
  proxy: 'Proxy',
  tcp: 'TCP',
  tls: 'TLS',
  token: 'Token',
  login: 'Login',
  mail: 'Send',
  probe: 'The mail leaves',
  arrival: 'It arrives',
  answer: 'Its answer leaves',
  reply: 'The answer is read',
};

/** One step of a test: whether it works, what was seen, how long it took, and what to do. */
export function StepItem({ step }: { readonly step: TestStep }) {
  const { ok, detail, ms, remedy } = step;
  return (
    <li>
      <span class={`badge ${ok ? 'good' : 'bad'}`}>{ok ? '✓ Works' : '✗ Fails'}</span>{' '}
      <strong>
        {step.server.toUpperCase()}: {steps[step.step]}
      </strong>{' '}
      {ms !== undefined && <span class="soft">{ms} ms</span>}
      <div>{detail}</div>
      {remedy !== undefined && <div>What to do: {remedy}</div>}
    </li>
  );
}
