// Pictures that look like another one, or like it with a difference in words.
import { type ReactElement, useState } from "react";
import type { Wanted } from "../hooks/use-search";
import type { Picture } from "../picture";
import { PictureGrid } from "./picture-grid";

interface Props {
  readonly wanted: Wanted;
  /** What to do instead where nothing looks like it, or it cannot be read. */
  readonly otherwise?: ReactElement;
}

export function SimilarPictures(props: Props) {
  return <PictureGrid {...props} words="" placeholder="Filter by name" navigationTitle="Similar Pictures" />;
}

/** What is typed says what should be different: the query language's `similar:ID but WORDS`. */
export function LikeThisBut({ picture }: { picture: Picture }) {
  const [words, setWords] = useState("");
  const trimmed = words.trim();
  const wanted: Wanted =
    trimmed === ""
      ? { kind: "like-image", id: picture.id }
      : { kind: "words", q: `similar:${picture.id} but ${trimmed}` };
  return (
    <PictureGrid
      wanted={wanted}
      words={trimmed}
      placeholder="But… (at night, with a cat, without text)"
      searchText={words}
      onSearchTextChange={setWords}
      navigationTitle={`Like ${picture.name}, But…`}
    />
  );
}
