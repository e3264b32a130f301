import { goesOn, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

const triedAgain = `${keepsServing} It is tried again within ten minutes, and at once when the Service asks for something else.`

export const cloudCodes: CodeTable = {
  LB_CLOUD_DENIED: {
    title: 'The cloud does not allow a call',
    happened:
      'The credentials are missing, have run out, or lack the permission for the call that the problem names.',
    meanwhile: triedAgain,
    mend: 'Give the controller that permission. The README of the provider lists all that it needs.',
  },
  LB_CLOUD_QUOTA: {
    title: 'A quota of the cloud is used up',
    happened:
      'The account may not have more objects of this kind, or more rules, targets or listeners in one of them.',
    meanwhile: triedAgain,
    mend: 'Ask for a higher quota, or remove what is not needed.',
  },
  LB_CLOUD_INVALID: {
    title: 'The cloud refuses a setting',
    happened:
      'A value passed our own checks and the cloud says that it cannot be. Its sentence is part of the problem.',
    meanwhile: triedAgain,
    mend: 'Change the setting that is named.',
  },
  LB_CLOUD_TAKEN: {
    title: 'Something that was asked for is in use elsewhere',
    happened: 'An address, or another thing that only one load balancer can have, belongs to something else.',
    meanwhile: triedAgain,
    mend: 'Choose another one, or free it where it is used.',
  },
  LB_CLOUD_FAILED: {
    title: 'The cloud did not answer, or not as it should',
    happened: 'A call failed in a way that may pass: throttling, an error of the cloud, a lost connection.',
    meanwhile: 'What is in place keeps serving.',
    mend: 'Try again; the controller does so by itself.',
  },
  LB_APPLY_REFUSED: {
    title: 'The API server would not take this object',
    happened:
      '`diff` asked the API server, by a dry run, what would come of applying the file, and was refused.',
    meanwhile: 'Nothing was written. The Service is planned as it is in the cluster.',
    mend: 'Do what the message of the API server says; for a missing permission, ask who runs the cluster.',
  },
  LB_ORPHAN: {
    title: 'An object of ours has no Service',
    happened: 'It carries the tags of this cluster, and the Service that they name is not there.',
    meanwhile:
      'It stays, and costs: what nobody saw go is removed by itself only where `removeOrphans` is set.',
    mend: '`lb-controller orphans` lists such objects, and removes them on request.',
  },
  LB_LOOKUP_FAILED: {
    title: 'The cloud could not be asked',
    happened: 'A fact that the load balancer depends on, such as its subnets, could not be read.',
    meanwhile: triedAgain,
    mend: 'Mostly this passes by itself. If it does not, the sentence of the cloud says why.',
  },
  LB_NAME_TAKEN: {
    title: 'A name is taken by an object that is not ours',
    happened: 'The cloud has an object of the name that ours would have, without our tags.',
    meanwhile: triedAgain,
    mend: 'Remove or rename that object. One of another cluster or controller is never touched.',
  },
  LB_EMULATED: {
    title: 'Something is done by other means',
    happened:
      'The cloud has no setting for what was asked. The note says what is done instead, and where that differs.',
    meanwhile: goesOn,
    mend: 'Nothing has to be done, unless the difference matters.',
  },
  LB_PART_TAKEN: {
    title: 'Another Service holds a part of a shared object',
    happened:
      'Two Services ask for the same rule, port or frontend of one object. The one that has it keeps it; between two new ones the older wins.',
    meanwhile: 'Everything else that the Service asks for is carried out.',
    mend: 'Change this Service or the one that is named.',
  },
  LB_SHARE_FULL: {
    title: 'A shared object has no room for another port',
    happened:
      'Several Services share an object of the cloud, which holds only so many ports. Those that are in place stay; of new ones the oldest Services come first.',
    meanwhile: 'Everything else that the Service asks for is carried out.',
    mend: 'Put some of the Services that share it on another one.',
  },
  LB_FIELD_TAKEN: {
    title: 'Another Service decides a setting of a shared object',
    happened:
      'Two Services want different values for one setting of an object that they share. The one that set it keeps it; between two new ones the older wins.',
    meanwhile: 'Everything else that the Service asks for is carried out.',
    mend: 'Ask for the same value in both Services.',
  },
}
