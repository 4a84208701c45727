-- Another model lacks every picture: they come into the queue in small steps, which a crash may interrupt (model-queue.ts). The lowest id of a
-- picture that the wanted model may lack while its files do not wait for it. NULL: none.
ALTER TABLE library ADD COLUMN unqueued_from INTEGER;

-- folders.removed = 2: a root above it has taken it over; its files follow.
