import Logging
import Resources

/// Asks one webhook about one write.
struct WebhookCaller: Sendable {
  let clients: WebhookClients
  let logger: Logger
  /// What came of asking.
  let tally = WebhookTally()

  /// - Parameters:
  ///   - object: as it stands now; `nil` for deletes.
  ///   - turn: which call of the write's round this is.
  ///   - mayPatch: whether the webhook is a mutating one.
  ///   - deadline: of all webhooks together; the webhook's own timeout may be shorter.
  /// - Returns: the patch, where there is one; `nil` where the object stays as it is, and where the
  ///   call failed and the webhook says that this does not matter.
  /// - Throws: what the client is told: the webhook's denial, or why it could not be asked.
  func ask(
    _ hook: Webhook, _ object: Document?, _ write: AdmissionWrite, _ turn: WebhookTurn,
    mayPatch: Bool, deadline: ContinuousClock.Instant
  ) async throws(APIError) -> JSONPatch? {
    if write.isDryRun && !hook.supportsDryRun {
      throw .badRequest("admission webhook \"\(hook.name)\" does not support dry run")
    }
    let start = ContinuousClock.now
    let part = write.trace?.call(
      mayPatch ? "Call mutating webhook" : "Call validating webhook")
    part?.describe(hook, write)
    func count(_ outcome: WebhookTally.Outcome) {
      tally.add(
        ContinuousClock.now - start, outcome, webhook: hook.name, write.operation,
        isMutating: mayPatch)
    }
    do {
      let answer = try await answer(of: hook, object, write, mayPatch: mayPatch, deadline, part)
      for warning in answer.warnings { write.warnings?.add(warning) }
      for (key, value) in answer.auditAnnotations {
        write.audit?.annotate("\(hook.name)/\(key)", value)
      }
      guard answer.isAllowed else { throw Denial(error: answer.denial(by: hook.name)) }
      let change = try answer.patch.isEmpty ? nil : patch(answer.patch)
      count(.allowed)
      part?.end()
      return change
    } catch let denial as Denial {
      count(.denied)
      part?.end()
      throw denial.error
    } catch {
      count(hook.ignoresFailure ? .ignored : .failed)
      part?.end(error)
      let result = try failed(hook, error, deadline)
      write.audit?.annotate("failed-open.\(turn.key(isMutating: mayPatch))", hook.name)
      return result
    }
  }

  private struct Denial: Error {
    let error: APIError
  }

  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private func answer(
    of hook: Webhook, _ object: Document?, _ write: AdmissionWrite, mayPatch: Bool,
    _ deadline: ContinuousClock.Instant, _ part: RequestTrace?
  ) async throws -> AdmissionAnswer {
    guard let version = hook.reviewVersion else {
      throw Failure(
        description: "could not create admission objects: webhook does not accept known "
          + "AdmissionReview versions (v1, v1beta1)")
    }
    let review: AdmissionReview
    let document: Document
    do {
      review = try await write.deciding {
        AdmissionReview(object, write, as: hook.resource(of: write), version: version)
      }
      document = try await clients.post(
        review.document, to: hook.endpoint,
        timeout: max(min(hook.timeout, ContinuousClock.now.duration(to: deadline)), .zero),
        trace: part)
    } catch let error as APIError {
      throw Failure(
        description: "failed to call webhook: Post \"\(hook.endpoint.url)\": \(error.message)")
    } catch let error as WebhookCallError {
      throw Failure(description: "failed to call webhook: \(error)")
    }
    do throws(AdmissionAnswer.Problem) {
      return try AdmissionAnswer(document, to: review, version, mayPatch: mayPatch)
    } catch {
      throw Failure(description: "received invalid webhook response: \(error)")
    }
  }

  private func patch(_ bytes: [UInt8]) throws -> JSONPatch? {
    do {
      let operations = try Document(json: bytes)
      return operations.isArray && operations.isEmpty ? nil : try JSONPatch(operations)
    } catch {
      throw Failure(description: "received undecodable patch in webhook response: \(error)")
    }
  }

  /// The policy of a webhook that could not be asked.
  private func failed(
    _ hook: Webhook, _ error: any Error, _ deadline: ContinuousClock.Instant
  ) throws(APIError) -> JSONPatch? {
    let why = "failed calling webhook \"\(hook.name)\": \(error)"
    logger.warning(
      "a webhook could not be asked",
      metadata: ["ignored": "\(hook.ignoresFailure)", "reason": "\(why)"])
    guard hook.ignoresFailure else { throw .internalError(why) }
    if ContinuousClock.now >= deadline { throw .webhooksTooSlow }
    return nil
  }
}

extension RequestTrace {
  /// Source: upstream's spans of the same names.
  fileprivate func describe(_ hook: Webhook, _ write: AdmissionWrite) {
    tell("configuration", hook.identity.configuration)
    tell("webhook", hook.name)
    tell("resource", write.resource.description)
    tell("subresource", write.subresource ?? "")
    tell("operation", write.operation.rawValue)
  }
}

extension APIError {
  static let webhooksTooSlow = APIError(
    code: 504, reason: .timeout,
    message: "Timeout: request did not complete within requested timeout")
}
