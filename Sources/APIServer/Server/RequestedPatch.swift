import Foundations
import Resources
import Store

/// A patch that a client sent, other than an apply, ready to be applied to whatever the object is by then.
struct RequestedPatch: Sendable {
  let format: Patch.Format
  let body: Document
  let kind: GroupVersionKind
  let validation: FieldValidation
  /// Set where the object is a custom resource.
  var custom: CustomVersion?

  /// What the object becomes.
  /// - Throws: 400 for a patch that is none, 422 for one that does not fit.
  func applied(to old: Document, _ warnings: WarningList) throws(APIError) -> Document {
    let type = Schema.builtin.type(of: kind)
    var changed: Document
    do throws(PatchError) {
      if format == .merge || format == .strategicMerge, !body.isObject {
        throw PatchError.malformed("error decoding patch: the patch is no object")
      }
      switch format {
      case .json: changed = try JSONPatch(body).applied(to: old)
      case .merge: changed = old.merging(body)
      case .strategicMerge:
        changed = try StrategicMergePatch(schema: .builtin).apply(body, to: old, type: type)
      case .apply: throw .malformed("an apply names its manager and goes to Collection.apply")
      }
    } catch {
      switch error {
      case .malformed(let why): throw .badRequest(why)
      case .tooLarge(let why):
        throw APIError(
          code: 413, reason: .requestEntityTooLarge, message: "Request entity too large: \(why)")
      case .inapplicable(let why), .testFailed(let why):
        throw APIError(
          code: 422, reason: .invalid,
          message: "the server rejected our request due to an error in our request: \(why)")
      }
    }
    if changed["metadata"]?["resourceVersion"] == old["metadata"]?["resourceVersion"] {
      // A patch is tied to a version only where it says so itself.
      changed["metadata"]?["resourceVersion"] = nil
    }
    if let custom { return try checked(changed, old, custom, warnings) }
    guard let type else { return changed }
    guard changed["kind"] == old["kind"], changed["apiVersion"] == old["apiVersion"] else {
      throw Self.unfit("the kind and the version of an object cannot be patched")
    }
    // The result is checked as if it had been sent whole.
    var found: [String] = []
    let checked: Document
    do throws(APIError) {
      checked = try ObjectDecoding.json(changed.json, type, kind, validation, &found)
    } catch {
      throw Self.unfit(error.message)
    }
    warnings.replace(with: found)
    return checked
  }

  private func checked(
    _ changed: Document, _ old: Document, _ custom: CustomVersion, _ warnings: WarningList
  ) throws(APIError) -> Document {
    guard changed["kind"] == old["kind"], changed["apiVersion"] == old["apiVersion"] else {
      throw Self.unfit("the kind and the version of an object cannot be patched")
    }
    do throws(DocumentError) {
      let reading = try custom.checked(changed, [], validation)
      if validation == .warn { warnings.replace(with: reading.problems.map(\.description)) }
      return reading.document
    } catch {
      throw Self.unfit(error.description)
    }
  }

  /// The patch leads to no object of the kind. What it leads to is not quoted: it may hold secrets.
  private static func unfit(_ why: String) -> APIError {
    let field = FieldError.invalid("patch", "", why)
    var error = APIError(
      code: 422, reason: .invalid, message: " \"\" is invalid: \(field)")
    error.details.causes = [field.cause]
    return error
  }
}
