/** How the waiting for a sign-in ended. */
export type SignInEnd =
  | { readonly kind: 'complete'; readonly user: string; readonly missingScopes: readonly string[] }
  | { readonly kind: 'interrupted'; readonly exitCode: 130 | 143 };
