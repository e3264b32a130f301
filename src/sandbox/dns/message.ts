import packet from 'dns-packet'
import { answer, type Answer } from './answer.ts'
import type { Names } from './names.ts'

const codes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const

/** Without EDNS no datagram may be longer; with it none is longer than the second. */
const plainSize = 512
const largestSize = 4096
const headerSize = 12
/** All zero: a question. */
const opcodeBits = 0x78_00
/** The only version of EDNS there is. A later one is told so by this code, whose upper bits are in the OPT record. */
const badVersion = 16

type Transport = 'udp' | 'tcp'

/** The answer to a message, or undefined where there is none to give: it is no question. Never throws. */
export function reply(message: Buffer, via: Transport, names: Names): Buffer | undefined {
  if (message.length < headerSize || (message[2]! & 0x80) !== 0) return undefined
  try {
    const asked = packet.decode(message)
    // Bytes that are no text could not be repeated, as every answer does with what was asked.
    if (asked.questions?.some(({ name }) => name.includes('\ufffd')) === true) throw new Error('no text')
    return replyTo(asked, via, names)
  } catch {
    const refusal = Buffer.alloc(headerSize)
    message.copy(refusal, 0, 0, 2)
    refusal.writeUInt16BE(0x8000 | codes.FORMERR, 2)
    return refusal
  }
}

function replyTo(asked: packet.DecodedPacket, via: Transport, names: Names): Buffer {
  const opt = asked.additionals?.find((one): one is packet.OptAnswer => one.type === 'OPT')
  const [question] = asked.questions ?? []
  const respond = (code: number, told: Partial<Answer> = {}, flags = 0): Buffer =>
    packet.encode({
      type: 'response',
      id: asked.id ?? 0,
      // What is asked to be looked up elsewhere is refused; but tools that see no recursion offered complain at length.
      flags:
        packet.AUTHORITATIVE_ANSWER |
        packet.RECURSION_AVAILABLE |
        ((asked.flags ?? 0) & packet.RECURSION_DESIRED) |
        flags |
        (code & 0xf),
      questions: asked.questions ?? [],
      answers: (told.answers ?? []) as packet.Answer[],
      authorities: (told.authorities ?? []) as packet.Answer[],
      additionals: [
        ...((told.additionals ?? []) as packet.Answer[]),
        ...(opt === undefined ? [] : [optRecord(code)]),
      ],
    })
  if (((asked.flags ?? 0) & opcodeBits) !== 0) return respond(codes.NOTIMP)
  if (question === undefined || asked.questions?.length !== 1) return respond(codes.FORMERR)
  if (opt !== undefined && opt.ednsVersion !== 0) return respond(badVersion)
  if (!isIn(question.class) || isTransfer(question.type)) return respond(codes.REFUSED)
  const told = answer(question, names)
  const limit = via === 'tcp' ? 65_535 : sizeFor(opt)
  const whole = respond(codes[told.code], told)
  if (whole.length <= limit) return whole
  const bare = respond(codes[told.code], { ...told, additionals: [] })
  // Whoever is told that something is lacking asks again over TCP.
  return bare.length <= limit ? bare : respond(codes[told.code], {}, packet.TRUNCATED_RESPONSE)
}

const sizeFor = (opt: packet.OptAnswer | undefined): number =>
  opt === undefined ? plainSize : Math.min(largestSize, Math.max(plainSize, opt.udpPayloadSize))

const isIn = (of: string | undefined): boolean => of === undefined || of === 'IN' || of === 'ANY'
const isTransfer = (type: string): boolean => type === 'AXFR' || type === 'IXFR'

const optRecord = (code: number): packet.Answer =>
  ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: largestSize,
    extendedRcode: code >> 4,
    ednsVersion: 0,
    flags: 0,
    options: [],
  }) as unknown as packet.Answer
