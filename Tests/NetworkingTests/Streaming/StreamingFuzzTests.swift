import Foundation
import NIOCore
import Testing

@testable import Networking

/// Valid conversations, then broken at random places: the decoders may refuse them and must do no
/// worse. `MARTLET_FUZZ_COUNT` sets the inputs per test, `MARTLET_FUZZ_SEED` repeats a run.
@Suite struct StreamingFuzzTests {
  static let count = Int(environment("MARTLET_FUZZ_COUNT") ?? "") ?? 20_000
  static let seed =
    UInt64(environment("MARTLET_FUZZ_SEED") ?? "") ?? UInt64.random(in: 0 ... .max)

  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  struct Random: RandomNumberGenerator {
    var state: UInt64
    /// SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static func mutate(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + 4))
      case 3: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF], at: place)
      case 4: bytes = Array(bytes[..<place])
      default:
        let end = min(bytes.count, place + Int.random(in: 1...32, using: &random))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return bytes
  }

  static func inPieces(_ bytes: [UInt8], _ random: inout Random) -> [ByteBuffer] {
    ByteBuffer(bytes: bytes).pieces(of: Int.random(in: 1...200, using: &random))
  }

  /// What a client sends in an exec session.
  static func spdyConversation(_ random: inout Random) -> [UInt8] {
    var machine = SPDYStateMachine(role: .client)
    var ids: [SPDYStreamID] = []
    for type in ["error", "stdin", "stdout", "stderr", "resize"] {
      if let id = machine.open(["streamType": type, "port": "80"]) { ids.append(id) }
    }
    for _ in 0..<4 {
      guard let id = ids.randomElement(using: &random) else { continue }
      machine.send(
        ByteBuffer(repeating: 0x61, count: Int.random(in: 1...100, using: &random)), on: id)
    }
    machine.finish(ids[1])
    machine.reset(ids[2])
    machine.goAway(.ok)
    return machine.takeOutput().flatMap { Array($0.readableBytesView) }
  }

  @Test("broken SPDY is refused or read, and what it leaves in memory is bounded")
  func spdy() throws {
    var random = Random(state: Self.seed)
    var refused = 0
    for index in 0..<Self.count {
      let bytes = Self.mutate(Self.spdyConversation(&random), &random)
      var server = SPDYStateMachine(role: .server)
      var received = 0
      do {
        for piece in Self.inPieces(bytes, &random) {
          for event in try server.receive(piece) {
            if case .data(_, let data) = event { received += data.readableBytes }
          }
        }
      } catch {
        refused += 1
      }
      let answered = server.takeOutput().reduce(0) { $0 + $1.readableBytes }
      #expect(
        received <= bytes.count && answered <= 2 * bytes.count + 64,
        "input \(index) of seed \(Self.seed)")
    }
    #expect(refused > 0 && refused < Self.count, "seed \(Self.seed): \(refused)")
  }

  @Test("a broken WebSocket is refused or read, and no byte comes from nowhere")
  func webSocket() throws {
    var random = Random(state: Self.seed)
    let encoder = WebSocketEncoder(role: .client)
    var refused = 0
    for index in 0..<Self.count {
      var wire = ByteBuffer()
      for _ in 0..<4 {
        let length = [0, 3, 126, 300].randomElement(using: &random) ?? 0
        wire.writeImmutableBuffer(
          encoder.message(ByteBuffer(repeating: 0x61, count: length), kind: .binary, prefix: 0))
        wire.writeImmutableBuffer(encoder.ping(ByteBuffer(string: "ping")))
      }
      wire.writeImmutableBuffer(encoder.close(.normal))
      let bytes = Self.mutate(Array(wire.readableBytesView), &random)
      var decoder = WebSocketDecoder(role: .server)
      var received = 0
      do {
        for piece in Self.inPieces(bytes, &random) {
          decoder.feed(piece)
          while let frame = try decoder.next() {
            switch frame {
            case .data(let data, _, _, _), .ping(let data): received += data.readableBytes
            case .pong, .close: break
            }
          }
        }
      } catch {
        refused += 1
      }
      #expect(received <= bytes.count, "input \(index) of seed \(Self.seed)")
    }
    #expect(refused > 0 && refused < Self.count, "seed \(Self.seed): \(refused)")
  }
}
