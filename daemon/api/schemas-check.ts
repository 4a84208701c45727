// Holds schemas.ts equal to the contract at compile time, in both directions; only `readonly` is ignored. Nothing runs here.
import type { Static, TSchema } from "typebox";
import type * as api from "../../shared/api.ts";
import type * as schemas from "./schemas.ts";

type Plain<T> = T extends object ? { -readonly [Key in keyof T]: Plain<T[Key]> } : T;
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;

interface Contract {
  ErrorBody: api.ErrorBody;
  Health: api.Health;
  Counts: api.Counts;
  ModelInfo: api.ModelInfo;
  ModelUpgrade: api.ModelUpgrade;
  ModelChoice: api.ModelChoice;
  ModelList: api.ModelList;
  EmbedAnswer: api.EmbedAnswer;
  Status: api.Status;
  Folder: api.Folder;
  FolderList: api.FolderList;
  Image: api.Image;
  ImageDetails: api.ImageDetails;
  Reason: api.Reason;
  WordMark: api.WordMark;
  WordBox: api.WordBox;
  SearchHit: api.SearchHit;
  SearchAnswer: api.SearchAnswer;
  DuplicateGroup: api.DuplicateGroup;
  DuplicateList: api.DuplicateList;
  TagList: api.TagList;
  UseAnswer: api.UseAnswer;
  ForgetUsesAnswer: api.ForgetUsesAnswer;
  ExportAnswer: api.ExportAnswer;
  TrashedFile: api.TrashedFile;
  TrashAnswer: api.TrashAnswer;
  TrashedList: api.TrashedList;
  RestoreAnswer: api.RestoreAnswer;
  RevealAnswer: api.RevealAnswer;
  AddPictureAnswer: api.AddPictureAnswer;
  Failure: api.Failure;
  FailureList: api.FailureList;
  RetryAnswer: api.RetryAnswer;
  CheckFinding: api.CheckFinding;
  CheckAnswer: api.CheckAnswer;
  CheckRequest: api.CheckRequest;
  Link: api.Link;
  DaemonEvent: api.DaemonEvent;
  SearchQuery: api.SearchQuery;
  RandomQuery: api.RandomQuery;
  PageQuery: api.PageQuery;
  MarkRequest: api.MarkRequest;
  UseRequest: api.UseRequest;
  ExportRequest: api.ExportRequest;
  TrashRequest: api.TrashRequest;
  AddPictureQuery: api.AddPictureQuery;
  AddFolderRequest: api.AddFolderRequest;
  RescanRequest: api.RescanRequest;
  SimilarQuery: api.SimilarQuery;
  SimilarRequest: api.SimilarRequest;
  EmbedRequest: api.EmbedRequest;
  UseModelRequest: api.UseModelRequest;
  RetryRequest: api.RetryRequest;
}

type Schemas = typeof schemas;
type Drifted = {
  [Name in keyof Contract]: Schemas[Name] extends infer Schema extends TSchema
    ? Same<Static<Schema>, Contract[Name]> extends true
      ? never
      : Name
    : Name;
}[keyof Contract];

type MustBeNever<T extends never> = T;
/** Does not compile when a schema and the contract differ; the error names them. */
export type SchemasMatchContract = MustBeNever<Drifted>;
