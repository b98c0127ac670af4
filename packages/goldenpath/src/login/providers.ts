import { genericOAuth } from "better-auth/plugins/generic-oauth";
import type { Providers } from "../options.ts";

/** A way to sign in that the page offers; started with POST /api/auth/sign-in/social {provider: id}. */
export interface NamedProvider {
  readonly id: "google" | "github" | "oidc";
  readonly name: string;
}

export function namedProviders(providers: Providers): readonly NamedProvider[] {
  return [
    ...(providers.google ? [{ id: "google", name: "Google" } as const] : []),
    ...(providers.github ? [{ id: "github", name: "GitHub" } as const] : []),
    ...(providers.oidc ? [{ id: "oidc", name: providers.oidc.name } as const] : []),
  ];
}

export function socialProviders(providers: Providers) {
  return {
    ...(providers.google && { google: { ...providers.google } }),
    ...(providers.github && { github: { ...providers.github } }),
  };
}

/** The OpenID provider is asked for its addresses when somebody signs in, not at start. */
export function oidcPlugins(providers: Providers) {
  if (!providers.oidc) return [];
  const { issuer, clientId, clientSecret } = providers.oidc;
  return [
    genericOAuth({
      config: [
        {
          providerId: "oidc",
          discoveryUrl: `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
          clientId,
          clientSecret,
          scopes: ["openid", "email", "profile"],
          pkce: true,
        },
      ],
    }),
  ];
}
