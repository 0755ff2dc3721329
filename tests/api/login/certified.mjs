// An OpenID Connect provider of the package `oidc-provider` for one test.
// Environment: ISSUER, PORT, CLIENTS, PEOPLE (subject -> claims), KEYS (JWKS).
import Provider from 'oidc-provider';

const { ISSUER, PORT, CLIENTS, PEOPLE, KEYS } = process.env;
const people = JSON.parse(PEOPLE);

const provider = new Provider(ISSUER, {
  clients: JSON.parse(CLIENTS),
  jwks: JSON.parse(KEYS),
  cookies: { keys: ['only in tests'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, ...people[id] }),
  }),
});

provider.listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
