// Loaded lazily, and by name here: a bundler leaves a CommonJS library that is itself imported lazily without names.
export { Agent, EnvHttpProxyAgent, ProxyAgent, request } from 'undici'
