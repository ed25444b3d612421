package import NIOCore

/// Answers what a client sent: from the cluster's zone where the name is the cluster's, through the
/// forwarder otherwise.
package struct Responder: Sendable {
  private let zone: @Sendable () -> ClusterZone
  private let forwarder: Forwarder

  package init(zone: @escaping @Sendable () -> ClusterZone, forwarder: Forwarder) {
    self.zone = zone
    self.forwarder = forwarder
  }

  package enum Transport: Sendable { case datagram, stream }

  package enum Reply: Sendable {
    case none
    case now([UInt8])
    /// Never fails.
    case later(EventLoopFuture<[UInt8]>)
  }

  /// - Parameter bytes: a message as it came, from anybody.
  package func reply(to bytes: [UInt8], over transport: Transport) -> Reply {
    switch Query.read(bytes) {
    case .unanswerable: .none
    case .problem(let header, let code, let question, let extended):
      .now(Draft(header, question, extended, transport).bytes(code))
    case .query(let query): answer(query, over: transport)
    }
  }

  /// Tells a client that this server is not for it.
  package func refusal(of bytes: [UInt8], over transport: Transport) -> [UInt8]? {
    switch Query.read(bytes) {
    case .unanswerable: nil
    case .problem(let header, _, let question, let extended):
      Draft(header, question, extended, transport).bytes(.refused)
    case .query(let query): Draft(query, transport).bytes(.refused)
    }
  }

  private func answer(_ query: Query, over transport: Transport) -> Reply {
    let question = query.question
    var draft = Draft(query, transport)
    guard question.class == internetClass, question.type != .axfr, question.type != .ixfr else {
      return .now(draft.bytes(.refused))
    }
    let zone = zone()
    var name = question.name
    for _ in 0..<Self.aliasesMax {
      switch zone.find(name, question.type) {
      case .records(let records):
        draft.isAuthoritative = true
        draft.add(records, of: name, startingAt: Int(query.header.id))
        draft.addTargets(of: records, in: zone)
        return .now(draft.bytes(.noError))
      case .noData:
        draft.deny(zone.domain.authority)
        return .now(draft.bytes(.noError))
      case .nameError:
        draft.deny(zone.domain.authority)
        return .now(draft.bytes(.nameError))
      case .alias(let target):
        draft.isAuthoritative = true
        draft.add([.alias(target)], of: name, startingAt: 0)
        name = target
      case .foreign:
        return draft.answers.isEmpty
          ? forward(query, over: transport) : chase(name, question.type, draft)
      }
    }
    // Aliases that lead in a circle: what was found of it is all there is.
    return .now(draft.bytes(.serverFailure))
  }

  /// Longer chains are circles.
  private static let aliasesMax = 8

  private func forward(_ query: Query, over transport: Transport) -> Reply {
    let failure = Draft(query, transport)
    switch forwarder.resolve(UpstreamQuestion(query)) {
    case .now(let bytes): return .now(Self.readdressed(bytes, to: query, over: transport))
    case .failed: return .now(failure.bytes(.serverFailure))
    case .later(let future):
      return .later(
        future.map { Self.readdressed($0, to: query, over: transport) }
          .flatMapErrorThrowing { _ in failure.bytes(.serverFailure) })
    }
  }

  /// Completes an answer whose alias leads out of the cluster.
  private func chase(_ name: DomainName, _ type: RecordType, _ draft: Draft) -> Reply {
    switch forwarder.resolve(UpstreamQuestion(name, type)) {
    case .now(let bytes): return .now(draft.completed(by: bytes, type))
    case .failed: return .now(draft.bytes(.serverFailure))
    case .later(let future):
      return .later(
        future.map { draft.completed(by: $0, type) }
          .flatMapErrorThrowing { _ in draft.bytes(.serverFailure) })
    }
  }

  /// Another server's answer as this client expects it: with its id and its spelling of the name.
  private static func readdressed(
    _ bytes: [UInt8], to query: Query, over transport: Transport
  ) -> [UInt8] {
    let draft = Draft(query, transport)
    guard bytes.count <= draft.byteCountMax else { return draft.cut() }
    var bytes = bytes
    bytes[0] = UInt8(query.header.id >> 8)
    bytes[1] = UInt8(query.header.id & 0xFF)
    // The forwarder made sure that the same name stands there.
    bytes.replaceSubrange(12..<(12 + query.question.spelling.count), with: query.question.spelling)
    return bytes
  }
}
