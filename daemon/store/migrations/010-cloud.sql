-- Files that lie in a cloud only are counted apart.
CREATE INDEX failures_in_cloud ON failures (file_id) WHERE reason = 'in-cloud';
