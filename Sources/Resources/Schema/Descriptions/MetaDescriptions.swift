/// Of what every object has. Some begin the way that clients look for, as the tests of conformance do.
let metaDescriptions: StaticString = #"""
  * Fields of any type.
   apiVersion APIVersion defines the group and version of this object's schema, such as apps/v1. A server may answer 400 to one that it does not know.
   kind Kind is the name of the object's type in CamelCase. It follows from the address that the object is sent to, and cannot change.
   metadata Standard object's metadata: name, namespace, labels, annotations and what the server keeps about the object.
   spec What is wanted. Controllers work towards it.
   status What was last seen. Written by the system; changes to it in other requests are ignored.
   items The objects of the list.
   conditions Observations about the object's state, one for each type of condition.
   observedGeneration The metadata.generation that the status was made for. While it is smaller than that of the object, the status speaks of an older spec.
  ObjectMeta What every stored object has, whatever its kind.
   annotations Free-form text by key, for tools and people. It cannot be used to select objects.
   creationTimestamp CreationTimestamp is a timestamp of when the object was stored. Set by the server.
   deletionGracePeriodSeconds How many seconds the object may take to end, once it is to be deleted. Set by the server.
   deletionTimestamp When the object is to be gone. Set by the server when a deletion is asked for; it can only be moved to an earlier time.
   finalizers Names of those who have work to do before the object goes. A deleted object stays until the list is empty.
   generateName The beginning of a name that the server completes with a random ending. Used where name is empty.
   generation A number that grows with each change of what is wanted. Set by the server.
   labels Short text by key, by which objects are selected and grouped.
   managedFields Who set which field last, for server-side apply. Kept by the server.
   name The object's name, unique among those of its kind in the namespace. It cannot change.
   namespace The namespace that the object belongs to; empty for kinds that have none. It cannot change.
   ownerReferences The objects that this one depends on. When all of them are gone, it is deleted as well.
   resourceVersion A value that changes with each write. Sent back in an update, it makes the update fail where someone else wrote in between.
   selfLink No longer set.
   uid Identifies this object among all that ever bore its name. Set by the server.
  OwnerReference Names an object that another depends on, in the same namespace or without one.
   blockOwnerDeletion Whether a deletion of the owner in the foreground waits for this dependent.
   controller Whether this owner manages the object. At most one does.
   name The owner's name.
   uid The owner's uid.
  ListMeta What a list says about itself.
   continue A token for the next page; empty on the last one. It is good for some minutes.
   remainingItemCount How many objects follow on later pages, where that is known.
   resourceVersion The moment that the list shows, from which a watch can go on.
  LabelSelector Selects objects by their labels. All requirements must hold; an empty selector selects everything.
   matchExpressions Requirements with an operator.
   matchLabels Labels that must have exactly these values.
  LabelSelectorRequirement A requirement for the values of one label.
   key The label's key.
   operator In, NotIn, Exists or DoesNotExist.
   values What In and NotIn compare with; empty for the others.
  Condition One observation about an object's state.
   lastTransitionTime When the status last changed.
   message What a person should know about it.
   reason A word in CamelCase for programs.
   status True, False or Unknown.
   type The name of the condition, in CamelCase.
  ManagedFieldsEntry The fields that one manager set in one way.
   fieldsV1 The fields, as a tree of their names.
   manager Who set them.
   operation Apply or Update.
   subresource Through which subresource they were set.
   time When they were last set or changed.
  DeleteOptions How a deletion is carried out.
   dryRun With All, the request is checked and nothing is changed.
   gracePeriodSeconds How many seconds the object may take to end; 0 deletes at once.
   orphanDependents Deprecated; see propagationPolicy.
   preconditions What must hold, else the answer is 409 Conflict.
   propagationPolicy What becomes of dependents: Orphan leaves them, Background deletes them afterwards, Foreground deletes them first.
  Status The answer to a request that returns no object.
   code The HTTP status code.
   details More about the cause, by the kind of reason.
   message What a person should know about it.
   reason A word in CamelCase for programs.
  Scale How many replicas of something are wanted, and how many there are.
  ScaleSpec What is wanted of a scale.
   replicas How many instances are wanted.
  ScaleStatus What a scale stands at.
   replicas How many instances there are.
   selector The labels by which they are found, as text.
  """#
