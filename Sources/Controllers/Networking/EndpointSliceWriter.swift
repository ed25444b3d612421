import Resources

/// Carries out what an `EndpointSlicePlan` says, and waits until the informer shows it: the next plan
/// starts from what this one did.
struct EndpointSliceWriter: Sendable {
  let client: any ClusterClient
  let slices: Informer
  let fieldManager: String

  func carryOut(_ step: EndpointSlicePlan.Step, owner: OwnerIdentity) async throws {
    switch step {
    case .create(var slice):
      slice.metadata.document["ownerReferences"] = [owner.reference]
      let created = try await client.create(
        .endpointSlices, namespace: owner.key.namespace, slice.document,
        options: WriteOptions(fieldManager: fieldManager))
      await slices.waitUntil(ObjectKey(created)) { $0 != nil }
    case .update(let slice):
      let updated = try await client.update(
        .endpointSlices, namespace: slice.metadata.namespace, slice.document)
      let version = updated[path: "metadata", "resourceVersion"]
      await slices.waitUntil(ObjectKey(updated), limit: .seconds(1)) {
        $0?[path: "metadata", "resourceVersion"] == version
      }
    case .delete(let slice): try await delete(slice)
    }
  }

  func delete(_ slice: EndpointSlice) async throws {
    let key = slice.metadata.key
    do {
      _ = try await client.delete(
        .endpointSlices, namespace: key.namespace, name: key.name, options: DeleteOptions())
    } catch let error as APIError where error.reason == .notFound {
      return
    }
    await slices.waitUntil(key) { $0 == nil }
  }
}

extension Informer {
  static let byService = "service"

  /// Finds slices by the key of the Service that they belong to.
  func indexByService() {
    addIndex(Self.byService) { slice in
      slice[path: "metadata", "labels", EndpointSliceController.serviceLabel]?.string.map {
        ["\(ObjectKey(slice).namespace)/\($0)"]
      } ?? []
    }
  }

  /// The slices of a Service, whoever keeps them.
  func allSlices(of service: ObjectKey) -> [EndpointSlice] {
    objects(Self.byService, service.description).map { EndpointSlice($0) }
  }

  /// The slices of a Service that `manager` keeps.
  func slices(of service: ObjectKey, manager: String) -> [EndpointSlice] {
    allSlices(of: service).filter {
      $0.metadata.labels[EndpointSliceController.managerLabel] == manager
    }
  }
}
