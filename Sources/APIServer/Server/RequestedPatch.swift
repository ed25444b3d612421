import Foundations
import Resources
import Store

/// A patch that a client sent, ready to be applied to whatever the object is by then.
struct RequestedPatch: Sendable {
  let format: Patch.Format
  let body: Document
  let kind: GroupVersionKind
  let validation: FieldValidation
  let manager: String
  let isForced: Bool

  /// The object to create where there is none: only an apply makes one.
  func objectToCreate() throws(APIError) -> Document? { format == .apply ? body : nil }

  /// What the object becomes.
  /// - Throws: 400 for a patch that is none, 422 for one that does not fit.
  func applied(to old: Document, _ warnings: WarningList) throws(APIError) -> Document {
    var current = old
    // A patch is tied to a version only where it says so itself.
    current.set(nil, at: ["metadata", "resourceVersion"])
    let type = Schema.builtin.type(of: kind)
    let changed: Document
    do throws(PatchError) {
      if format == .merge || format == .strategicMerge, !body.isObject {
        throw PatchError.malformed("error decoding patch: the patch is no object")
      }
      switch format {
      case .json: changed = try JSONPatch(body).applied(to: current)
      case .merge: changed = current.merging(body)
      case .strategicMerge:
        changed = try StrategicMergePatch(schema: .builtin).apply(body, to: current, type: type)
      case .apply: changed = current.merging(body)
      }
    } catch {
      switch error {
      case .malformed(let why): throw .badRequest(why)
      case .inapplicable(let why):
        throw APIError(
          code: 422, reason: .invalid,
          message: "the server rejected our request due to an error in our request: \(why)")
      }
    }
    guard let type else { return changed }
    guard changed["kind"] == current["kind"], changed["apiVersion"] == current["apiVersion"] else {
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

  /// The patch leads to no object of the kind. What it leads to is not quoted: it may hold secrets.
  private static func unfit(_ why: String) -> APIError {
    let field = FieldError.invalid("patch", "", why)
    var error = APIError(
      code: 422, reason: .invalid, message: " \"\" is invalid: \(field)")
    error.details.causes = [field.cause]
    return error
  }

  /// 201 where an apply made the object.
  func statusWhenCreated(of result: Result<Collection.Outcome, APIError>) -> Int {
    guard format == .apply, case .success(.stored(let object)) = result,
      object.createRevision == object.modRevision
    else { return 200 }
    return 201
  }
}
