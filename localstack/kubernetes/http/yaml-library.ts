// Loaded lazily, and by name here: a bundler leaves a CommonJS library that is itself imported lazily without names.
export { parse } from 'yaml'
