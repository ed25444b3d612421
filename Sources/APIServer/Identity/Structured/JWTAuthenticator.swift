import Foundations
import Logging
import Security
import Synchronization

/// Takes the tokens of one issuer.
final class JWTAuthenticator: TokenAuthenticator {
  let issuer: JWTIssuer
  let keys: IssuerKeys
  private let logger: Logger
  /// Whom tokens stand for that were found good a moment ago: a client sends the same one with every
  /// request. Kept by digest, never as text. Bounded: when it is full it starts anew.
  private let known = Mutex<[TokenDigest: Known]>([:])

  private struct Known {
    let user: User
    let end: Timestamp
    let time: ContinuousClock.Instant
  }

  private static let knownMax = 8_192
  /// How long a token that was good is taken without a look at keys and rules. Source: upstream's
  /// cache of authenticated tokens.
  private static let knownFor = Duration.seconds(10)

  init(issuer: JWTIssuer, keys: IssuerKeys, logger: Logger) {
    self.issuer = issuer
    self.keys = keys
    self.logger = logger
  }

  func identity(ofToken token: String, for audiences: [String]?, now: Timestamp) -> TokenIdentity? {
    let digest = TokenDigest(token)
    if let user = known.withLock({ $0[digest] }).flatMap({ isFresh($0, now) ? $0.user : nil }) {
      return TokenIdentity(user: user)
    }
    // Only what this issuer claims to have issued costs the look at a signature.
    guard let parsed = WebToken(token), parsed.claimedIssuer == issuer.url else { return nil }
    guard let set = keys.current else {
      waitForKeys()
      return nil
    }
    do {
      let (user, end) = try self.user(of: parsed, set, now)
      known.withLock { known in
        if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
        known[digest] = Known(user: user, end: end, time: .now)
      }
      return TokenIdentity(user: user)
    } catch TokenError.unknownKey {
      waitForKeys()
    } catch {
      logger.debug(
        "a token is refused: \(error)", metadata: ["issuer": "\(issuer.url)"])
    }
    return nil
  }

  private func isFresh(_ known: Known, _ now: Timestamp) -> Bool {
    now <= known.end && .now - known.time < Self.knownFor
  }

  private func user(of token: WebToken, _ set: WebKeySet, _ now: Timestamp) throws
    -> (User, end: Timestamp)
  {
    var (user, end) = try issuer.user(try token.verified(by: set), now: now)
    user.groups.append("system:authenticated")
    return (user, end)
  }

  /// The issuer may have a key by now that it had not when it was last asked.
  private func waitForKeys() {
    guard keys.mayKnowMore else { return }
    RequestInquiry.wait(
      for: "keys of \(issuer.url)",
      RequestInquiry.Question { [keys] _ in
        await keys.refresh()
      } giveUp: {
        // `run` asks for them in any case.
      })
  }
}
